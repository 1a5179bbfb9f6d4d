// What every page does once scripts run; without them it reads just as well.

import { offerOwnZone } from "./preferences.js";

offerOwnZone(document);
