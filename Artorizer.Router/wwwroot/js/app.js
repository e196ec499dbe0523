import { startCompose } from "./compose.js";
import { startHealth } from "./health.js";
import { startKeyPanel } from "./key-panel.js";
import { startTheme } from "./theme.js";
import { sendAll, startWorks } from "./works.js";

startTheme();
startKeyPanel();
startHealth();
startCompose(sendAll);
startWorks();
