// Starts what the shell needs. Every module finds its elements by data attributes, so nothing is written into pages.
import { startKeys } from "./keys.js";
import { startDialogs } from "./dialogs.js";
import { startForms } from "./forms.js";
import { startLists } from "./lists.js";
import { startSlots } from "./slots.js";
import { startPicks } from "./picks.js";
import { startPictures } from "./pictures.js";
import { startTabs } from "./tabs.js";

startKeys();
startDialogs();
startForms();
startLists();
startSlots();
startPicks();
startPictures();
startTabs();
