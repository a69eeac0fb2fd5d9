// htmx stands in a file of its own, so that a browser too old for it still runs everything in app.ts.
import "htmx.org";
