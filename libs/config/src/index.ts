export * from './config.js';
export * from './configuration-markdown.js';
export { InvalidConfiguration, type Environment, type Setting, type SettingFault } from './setting.js';
