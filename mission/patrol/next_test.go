package patrol

import (
	"strings"
	"testing"
	"time"
)

func at(t *testing.T, s string) time.Time {
	t.Helper()
	v, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestNext(t *testing.T) {
	for name, c := range map[string]struct{ rule, start, zone, after, want string }{
		"the start itself":         {"FREQ=DAILY", "2026-03-01T08:00:00+08:00", "Asia/Shanghai", "2026-02-01T00:00:00Z", "2026-03-01T08:00:00+08:00"},
		"after, never at":          {"FREQ=DAILY", "2026-03-01T08:00:00+08:00", "Asia/Shanghai", "2026-03-01T00:00:00Z", "2026-03-02T08:00:00+08:00"},
		"hours are local":          {"FREQ=DAILY;BYHOUR=7,17;BYMINUTE=30", "2026-03-01T00:00:00+08:00", "Asia/Shanghai", "2026-03-01T00:00:00Z", "2026-03-01T17:30:00+08:00"},
		"school days":              {"FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=7;BYMINUTE=0", "2026-03-02T07:00:00+08:00", "Asia/Shanghai", "2026-03-06T00:00:00Z", "2026-03-09T07:00:00+08:00"},
		"every two hours":          {"FREQ=HOURLY;INTERVAL=2", "2026-03-01T08:00:00Z", "UTC", "2026-03-01T11:00:00Z", "2026-03-01T12:00:00Z"},
		"every ten minutes":        {"FREQ=MINUTELY;INTERVAL=10", "2026-03-01T08:00:00Z", "UTC", "2026-03-01T08:41:00Z", "2026-03-01T08:50:00Z"},
		"count is over":            {"FREQ=DAILY;COUNT=2", "2026-03-01T08:00:00Z", "UTC", "2026-03-02T08:00:00Z", ""},
		"until is over":            {"FREQ=DAILY;UNTIL=20260302T090000Z", "2026-03-01T08:00:00Z", "UTC", "2026-03-02T08:00:00Z", ""},
		"leap day":                 {"FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=29", "2026-03-01T08:00:00Z", "UTC", "2026-03-01T00:00:00Z", "2028-02-29T08:00:00Z"},
		"clocks go forward":        {"FREQ=DAILY", "2026-03-28T08:00:00+01:00", "Europe/Berlin", "2026-03-28T12:00:00Z", "2026-03-29T08:00:00+02:00"},
		"last day of each month":   {"FREQ=MONTHLY;BYMONTHDAY=-1", "2026-01-31T08:00:00Z", "UTC", "2026-02-01T00:00:00Z", "2026-02-28T08:00:00Z"},
		"a start with nanoseconds": {"FREQ=DAILY", "2026-03-01T08:00:00.9Z", "UTC", "2026-02-01T00:00:00Z", "2026-03-01T08:00:00Z"},
	} {
		got, err := Next(c.rule, at(t, c.start), c.zone, at(t, c.after))
		want := time.Time{}
		if c.want != "" {
			want = at(t, c.want)
		}
		if err != nil || !got.Equal(want) {
			t.Errorf("%s: %v, %v; want %v", name, got, err, want)
		}
	}
}

func TestARuleThatCannotBeFlownIsRefused(t *testing.T) {
	start := at(t, "2026-03-01T08:00:00Z")
	for rule, says := range map[string]string{
		"":                                           "rule",
		"every day":                                  "rule",
		"FREQ=SECONDLY":                              "seconds",
		"FREQ=DAILY;BYSECOND=3":                      "seconds",
		"FREQ=MINUTELY":                              "apart",
		"FREQ=HOURLY;BYMINUTE=0,2":                   "apart",
		"FREQ=HOURLY;BYMINUTE=1,58":                  "apart",
		"FREQ=YEARLY":                                "YEARLY",
		"FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30":       "no month",
		"FREQ=DAILY;BYMONTH=4,6;BYMONTHDAY=31":       "no month",
		"FREQ=HOURLY;BYHOUR=3":                       "HOURLY",
		"FREQ=MINUTELY;INTERVAL=60;BYMINUTE=3":       "MINUTELY",
		"FREQ=DAILY;BYSETPOS=300":                    "BYSETPOS",
		"FREQ=DAILY;INTERVAL=999999999":              "INTERVAL",
		"FREQ=DAILY;BYHOUR=25":                       "rule",
		"DTSTART:20260101T000000Z\nRRULE:FREQ=DAILY": "one line",
		"FREQ=DAILY;BYMINUTE=" + strings.Repeat("1,", 200) + "1": "characters",
	} {
		if got, err := Next(rule, start, "UTC", start); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v, error %v; want one that says %q", rule, got, err, says)
		}
	}
	for _, zone := range []string{"", "Local", "Mars/Olympus", "../etc/passwd"} {
		if _, err := Next("FREQ=DAILY", start, zone, start); err == nil {
			t.Errorf("zone %q is accepted", zone)
		}
	}
}

func FuzzNext(f *testing.F) {
	f.Add("FREQ=DAILY;BYHOUR=7,17", int64(1772323200), int64(1772323200))
	f.Add("FREQ=MONTHLY;BYMONTHDAY=31", int64(0), int64(4102444800))
	f.Fuzz(func(t *testing.T, rule string, start, after int64) {
		if start < 0 || after < 0 || start > 4e9 || after > 4e9 {
			return
		}
		from := time.Unix(after, 0)
		next, err := Next(rule, time.Unix(start, 0), "Asia/Shanghai", from)
		if err == nil && !next.IsZero() && !next.After(from) {
			t.Errorf("%q after %v is %v", rule, from, next)
		}
	})
}
