"""Pages in the browser: forms by link, uploads, calendars, downloads, health and metrics."""
