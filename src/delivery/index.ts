export { DeliveryModule } from './delivery.module.js';
export { prepareHttp } from './http.setup.js';
