// What every page does once scripts run; without them it reads just as well.

import { askBriefly } from "./asking.js";
import { listenToKeys } from "./keyboard.js";
import { tellOfLeaving } from "./leaving.js";
import { stayLive } from "./live.js";
import { foldMenus } from "./menus.js";
import { offerOwnZone } from "./preferences.js";

askBriefly(document);
offerOwnZone(document);
stayLive(document);
listenToKeys(document);
foldMenus(document);
tellOfLeaving(document);
