export { CONFIG, ConfigError, loadConfig, type Config } from './config.js';
export { ConfigModule } from './config.module.js';
