"""The console in Debian's Chromium: what people see and do, in both languages and themes, with and without JavaScript."""
