package station

import (
	"context"
	"testing"
	"time"

	"groundstation/internal/geo"
	"groundstation/mission"
	"groundstation/mission/privacy"
)

// A verdict is there as soon as the station runs, a zone shuts it, and it does not outlive those who judge.
func TestPicturesAreJudgedWhileTheStationRuns(t *testing.T) {
	r := run(t)
	if _, problem := r.Do(context.Background(), "lin", mission.DeletePrivacyZone{ID: "none"}); problem == nil {
		t.Error("a zone that is not there was deleted")
	}
	if g := r.Picture("V01", time.Now()); !g.Record {
		t.Errorf("the first verdict: %+v", g)
	}
	for _, id := range []string{"H01/inside", "H01/outside"} {
		if g := r.Picture(id, time.Now()); !g.Show || !g.Record {
			t.Errorf("%s without a zone: %+v", id, g)
		}
	}
	at := geo.LatLon{Lat: 32.5, Lon: 120.4}
	_, problem := r.Do(context.Background(), "lin", mission.PutPrivacyZone{Zone: privacy.NoRecordZone{Name: "yard", Reason: "people live there", Rule: privacy.NoRelay, Center: &at, RadiusM: 100}})
	if problem != nil {
		t.Fatal(problem)
	}
	g := r.Picture("V01", time.Now())
	if g.Show || g.Record || g.Code != privacy.CodeUnknown || g.Until.IsZero() {
		t.Errorf("in a zone: %+v", g)
	}
	if g := r.Picture("H01/outside", time.Now()); g.Show || g.Record || g.Code != privacy.CodeUnknown {
		t.Errorf("over a dock: %+v", g)
	}
	if g := r.Picture("H01/inside", time.Now()); !g.Show || !g.Record || !g.Until.IsZero() {
		t.Errorf("in a dock: %+v", g)
	}
	if g := r.Picture("V01", g.Until.Add(time.Hour)); g.Show || g.Code != "not-judged" {
		t.Errorf("when nobody judges any more: %+v", g)
	}
}
