// What ical.js reads in a calendar: `node calendar.mjs FILE` prints its name and each event, moments in UTC, as JSON.
import { readFileSync } from "node:fs";
import ICAL from "ical.js";

const calendar = new ICAL.Component(ICAL.parse(readFileSync(process.argv[2], "utf8")));
// Only the file's own description of its zones counts, not what the library knows.
ICAL.TimezoneService.reset();
for (const zone of calendar.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(zone);
const moment = (time) => time.toJSDate().toISOString();
const events = calendar.getAllSubcomponents("vevent").map((each) => {
  const event = new ICAL.Event(each);
  const { uid, sequence, summary, location, startDate, endDate } = event;
  const zone = startDate.zone.tzid;
  const status = each.getFirstPropertyValue("status");
  return { uid, sequence, status, summary, location, zone, starts: moment(startDate), ends: moment(endDate) };
});
console.log(JSON.stringify({ name: calendar.getFirstPropertyValue("name"), events }));
