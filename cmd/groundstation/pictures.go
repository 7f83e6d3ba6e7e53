package main

import (
	"context"
	"log/slog"
	"time"

	"groundstation/fleet"
	"groundstation/internal/station"
	"groundstation/video"
)

// picturesEvery is how often the cameras' own addresses are looked at.
const picturesEvery = 250 * time.Millisecond

// pictures points each vehicle's source at the configured address, or at the one its camera tells where that is the one
// to show, and says in the log which, until ctx ends.
func pictures(ctx context.Context, board *fleet.Board, configured []video.Source, dialling video.Dialling, hub *video.Hub, log *slog.Logger) {
	tick := time.NewTicker(picturesEvery)
	defer tick.Stop()
	type choice struct {
		address, refused string
		own              bool
	}
	last := map[string]choice{}
	for _, s := range configured {
		last[s.ID] = choice{address: s.URL}
	}
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		for _, s := range configured {
			v, _ := fleet.Get[fleet.Vehicle](board, fleet.KindVehicle, s.ID)
			stream := v.Shown()
			address, own, err := dialling.Choose(s.URL, stream.URI, stream.Thermal)
			now := choice{address: address, own: own}
			if err != nil {
				now.refused = err.Error()
			}
			was := last[s.ID]
			if now == was {
				continue
			}
			last[s.ID] = now
			if now.refused != "" && now.refused != was.refused {
				log.Warn("a camera's own address is not used", "vehicle", s.ID, "why", now.refused)
			}
			if now.address != was.address {
				by := "configuration"
				if own {
					by = "camera"
				}
				log.Info("picture", "vehicle", s.ID, "address_by", by, "thermal", stream.Thermal)
				hub.Point(s.ID, address)
			}
		}
	}
}

// gate gives the relay and the recorder the Desk's verdicts on vehicles' pictures.
func gate(st *station.Station) func(id string) video.Verdict {
	return func(id string) video.Verdict {
		g := st.Picture(id, time.Now())
		return video.Verdict{Show: g.Show, Record: g.Record, Code: g.Code, Why: g.Why}
	}
}
