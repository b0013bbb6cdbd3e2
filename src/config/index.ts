export { CONFIG, ConfigError, loadConfig, type Config, type SmsSettings } from './config.js';
export { ConfigModule } from './config.module.js';
