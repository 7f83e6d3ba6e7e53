package conform

import (
	"encoding/json"
	"fmt"
	"io"
	"text/tabwriter"
)

// Verdict is what came of a row.
type Verdict string

// The verdicts. NotApplicable: the row asks for what the other side does not have, or nothing is expected of it.
const (
	Pass          Verdict = "pass"
	Differs       Verdict = "differs"
	NotApplicable Verdict = "not-applicable"
	NoAnswer      Verdict = "no-answer"
)

// Result is one row of the table.
type Result struct {
	ID      string  `json:"id"`
	Name    string  `json:"name"`
	Source  string  `json:"source"`
	Want    string  `json:"want"`
	Got     string  `json:"got"`
	Verdict Verdict `json:"verdict"`
	// Known is the reason of a difference that is known.
	Known string `json:"known,omitempty"`
}

// Table is what a probe found.
type Table struct {
	System      uint8       `json:"system"`
	Personality Personality `json:"personality"`
	Type        string      `json:"type"`
	Version     string      `json:"version,omitempty"` // of the firmware, as far as it tells
	Rows        []Result    `json:"rows"`
}

// Table is what was found so far.
func (p *Probe) Table() Table {
	t := Table{System: p.system, Personality: p.who, Rows: p.results, Version: p.version()}
	if p.system != 0 {
		t.Type = short(p.kind.String(), "MAV_TYPE_")
	}
	return t
}

// Count is the number of rows with a verdict.
func (t Table) Count(v Verdict) (n int) {
	for _, r := range t.Rows {
		if r.Verdict == v {
			n++
		}
	}
	return n
}

// Unexplained are the rows whose difference nobody has explained.
func (t Table) Unexplained() (out []Result) {
	for _, r := range t.Rows {
		if (r.Verdict == Differs || r.Verdict == NoAnswer) && r.Known == "" {
			out = append(out, r)
		}
	}
	return out
}

// WriteText prints the table for people.
func (t Table) WriteText(w io.Writer) error {
	fmt.Fprintf(w, "system %d: %s, %s %s\n\n", t.System, t.Type, t.Personality, t.Version)
	tw := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	fmt.Fprintln(tw, "ROW\tVERDICT\tASKED\tEXPECTED\tANSWER\tSOURCE")
	for _, r := range t.Rows {
		fmt.Fprintf(tw, "%s\t%s\t%s\t%s\t%s\t%s\n", r.ID, r.Verdict, r.Name, r.Want, r.Got, r.Source)
	}
	if err := tw.Flush(); err != nil {
		return err
	}
	for _, r := range t.Rows {
		if r.Known != "" {
			fmt.Fprintf(w, "\n%s: %s", r.ID, r.Known)
		}
	}
	_, err := fmt.Fprintf(w, "\n%d rows: %d pass, %d differ, %d without answer, %d not applicable; unexplained: %d\n", len(t.Rows),
		t.Count(Pass), t.Count(Differs), t.Count(NoAnswer), t.Count(NotApplicable), len(t.Unexplained()))
	return err
}

// WriteJSON prints the table for programs.
func (t Table) WriteJSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(t)
}
