// The service worker: runs without a page, so nothing here may touch the DOM. One file, no imports at run time.
import { listenForPushes } from "./push";

listenForPushes();
