package footage

import (
	"context"
	"log/slog"
	"maps"
	"math"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"groundstation/fleet"
	"groundstation/mission"
	"groundstation/video/record"
)

// How often the archive looks.
const (
	lookEvery   = 200 * time.Millisecond // at sorties and positions
	noteEvery   = time.Second            // at what is to be noted in the ledger
	deleteEvery = 10 * time.Second       // at the room on the disk
	noticeWait  = 5 * time.Second        // for the Desk to take an alarm
	beginAgain  = 5 * time.Second        // after a recording that could not be begun
)

// Config is what an Archive is made of. All but Purposes, MinFree and Log are required.
type Config struct {
	Library  *record.Library
	Board    *fleet.Board
	Store    Store
	Registry fleet.Registry
	// Tap opens a source.
	Tap func(source string) (record.Tap, error)
	// Desk takes alarms (mission.Notice).
	Desk interface {
		Do(ctx context.Context, by string, body any) (any, *fleet.Problem)
	}
	Purposes map[string]bool
	PreRoll  time.Duration
	Lengths  record.Lengths
	Policy   record.Policy
	// MinFree is how many octets of the disk are left to others; Free says how many there are.
	MinFree int64
	Free    func() (int64, error)
	Now     func() time.Time // nil: time.Now
	Log     *slog.Logger
}

// Archive records, keeps and gives out. Run owns its goroutines.
type Archive struct {
	cfg     Config
	full    atomic.Bool // nothing more may be written
	loaded  atomic.Bool // the library is
	dropped atomic.Uint64

	// changing is held over a whole change of a record, its commit included.
	changing sync.Mutex

	mu       sync.Mutex
	records  map[string]Record
	reels    map[fleet.VehicleID]*reel
	declined map[fleet.SortieID]bool // somebody stopped their recording
	shown    map[fleet.VehicleID]fleet.Recording
	viewed   map[view]time.Time
	ctx      context.Context // of the reels; nil while Run does not run
	rolling  sync.WaitGroup
}

// reel is the deck of one vehicle.
type reel struct {
	deck   *record.Deck
	end    context.CancelFunc
	acting bool   // it is being started or stopped
	id     string // of the recording; empty: none
	sortie fleet.SortieID
	marked time.Time // of the last position
	// failed is why the recording could not be begun; it is tried again from again on.
	failed string
	again  time.Time
}

type view struct{ recording, by string }

// New makes an archive of what the library and the store hold.
func New(cfg Config) (*Archive, error) {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	records, err := LoadRecords(cfg.Store)
	if err != nil {
		return nil, err
	}
	return &Archive{cfg: cfg, records: records, reels: map[fleet.VehicleID]*reel{}, declined: map[fleet.SortieID]bool{},
		shown: map[fleet.VehicleID]fleet.Recording{}, viewed: map[view]time.Time{}}, nil
}

// Run records what sorties ask for until ctx ends; then what is open is closed and noted.
func (a *Archive) Run(ctx context.Context) {
	a.mu.Lock()
	a.ctx = ctx
	a.mu.Unlock()
	var work sync.WaitGroup
	work.Go(func() {
		if err := a.cfg.Library.Load(a.cfg.Now()); err != nil {
			a.cfg.Log.Error("recordings that cannot be read are left as they are", "error", err)
		}
		a.loaded.Store(true)
		a.settle()
		a.makeRoom()
		a.takeUp()
		work.Go(func() { repeat(ctx, noteEvery, a.noteAll) })
		repeat(ctx, deleteEvery, a.makeRoom)
	})
	repeat(ctx, lookEvery, a.look)
	work.Wait()
	a.mu.Lock()
	a.ctx = nil
	a.mu.Unlock()
	a.rolling.Wait()
	a.noteAll()
}

func repeat(ctx context.Context, every time.Duration, do func()) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			do()
		}
	}
}

// settle removes what the ledger says is deleted, and says what is not there.
func (a *Archive) settle() {
	for id, r := range a.recordsNow() {
		_, there := a.cfg.Library.Get(id)
		switch {
		case there && r.Deleted != nil:
			if err := a.cfg.Library.Remove(id); err != nil {
				a.cfg.Log.Error("deleted recording not removed", "recording", id, "error", err)
			}
		case !there && r.Deleted == nil:
			a.cfg.Log.Error("a recording is not where it was; groundstation verify says more", "recording", id)
		}
	}
	a.noteAll()
}

func (a *Archive) recordsNow() map[string]Record {
	a.mu.Lock()
	defer a.mu.Unlock()
	out := make(map[string]Record, len(a.records))
	for id, r := range a.records {
		out[id] = r
	}
	return out
}

// takeUp begins anew what somebody had started and the station's death ended.
func (a *Archive) takeUp() {
	latest := map[fleet.VehicleID]*record.Recording{}
	for _, r := range a.cfg.Library.All() {
		if v := fleet.VehicleID(r.Source); latest[v] == nil {
			latest[v] = r // All gives the newest first
		}
	}
	for v, r := range latest {
		if r.Purpose == ByHand && r.Closed != nil && r.Closed.By == "station" {
			a.rolling.Go(func() {
				if _, p := a.start(v, r.Head.By, Want{Purpose: ByHand, Sortie: fleet.SortieID(r.Sortie)}); p != nil {
					a.cfg.Log.Error("recording not taken up again", "vehicle", v, "problem", p.Message)
				}
			})
		}
	}
}

// look compares what is recorded with what sorties ask for, and adds positions to the tracks.
func (a *Archive) look() {
	wants := Wants(fleet.All[mission.Sortie](a.cfg.Board, mission.KindSortie), a.cfg.Purposes)
	a.mu.Lock()
	defer a.mu.Unlock()
	for v, w := range wants {
		r := a.reel(v)
		if r == nil || r.acting || r.id != "" || !w.Roll || a.declined[w.Sortie] || a.cfg.Now().Before(r.again) {
			continue
		}
		r.acting = true
		a.rolling.Go(func() {
			if _, err := a.begin(v, r, "station", w); err != nil {
				a.cfg.Log.Error("recording not begun", "vehicle", v, "sortie", w.Sortie, "error", err)
			}
		})
	}
	for id := range a.declined {
		if !slices.ContainsFunc(slices.Collect(maps.Values(wants)), func(w Want) bool { return w.Sortie == id }) {
			delete(a.declined, id)
		}
	}
	for v, r := range a.reels {
		w, wanted := wants[v]
		switch {
		case r.acting:
		case r.id == "" && !wanted:
			r.end()
			delete(a.reels, v)
		case r.id != "" && r.sortie != "" && (!wanted || !w.Roll || w.Sortie != r.sortie):
			r.acting = true
			a.rolling.Go(func() { _ = a.finish(v, r, "station", "landed") })
		case r.id != "":
			a.mark(v, r)
		}
	}
}

// reel gives the deck of a vehicle, which begins to run if there was none; nil if nothing is begun any more. The lock is
// held.
func (a *Archive) reel(v fleet.VehicleID) *reel {
	if r := a.reels[v]; r != nil || a.ctx == nil || a.ctx.Err() != nil {
		return r
	}
	ctx, end := context.WithCancel(a.ctx)
	r := &reel{end: end, deck: record.NewDeck(record.Options{Source: string(v), Open: a.cfg.Tap, Library: a.cfg.Library,
		Room: func() bool { return !a.full.Load() }, Told: a.told, PreRoll: a.cfg.PreRoll, Lengths: a.cfg.Lengths,
		Now: a.cfg.Now, Log: a.cfg.Log, Dropped: &a.dropped})}
	a.reels[v] = r
	a.rolling.Go(func() { r.deck.Run(ctx) })
	return r
}

// begin starts the recording of a reel that is marked as acting.
func (a *Archive) begin(v fleet.VehicleID, r *reel, by string, w Want) (record.Recording, error) {
	id := strings.Map(func(c rune) rune {
		if c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c == '-' {
			return c
		}
		return '_'
	}, string(v)) + a.cfg.Now().UTC().Format("-20060102-150405")
	rec, err := r.deck.Start(record.Head{ID: id, Source: string(v), Sortie: string(w.Sortie), Purpose: w.Purpose, By: by})
	a.mu.Lock()
	defer a.mu.Unlock()
	r.acting, r.failed = false, ""
	if err != nil {
		r.failed, r.again = string(record.Reason(err)), a.cfg.Now().Add(beginAgain)
	} else {
		r.id, r.sortie = rec.ID, w.Sortie
		if w.Purpose == ByHand {
			r.sortie = "" // it goes on when the sortie is over
		}
	}
	return rec, err
}

// finish stops the recording of a reel that is marked as acting.
func (a *Archive) finish(v fleet.VehicleID, r *reel, by, why string) error {
	err := r.deck.Stop(by, why)
	a.mu.Lock()
	defer a.mu.Unlock()
	r.acting, r.id, r.sortie = false, "", ""
	if err != nil {
		a.cfg.Log.Error("recording not stopped", "vehicle", v, "error", err)
	}
	return err
}

// mark adds the vehicle's position to its recording if it is new.
func (a *Archive) mark(v fleet.VehicleID, r *reel) {
	now, ok := fleet.Get[fleet.Vehicle](a.cfg.Board, fleet.KindVehicle, string(v))
	if !ok || now.Position == nil || !now.PositionAt.After(r.marked) {
		return
	}
	r.marked = now.PositionAt
	p := record.Point{At: now.PositionAt.UTC(), Lat: now.Position.Lat, Lon: now.Position.Lon, AltAMSL: now.Position.AltAMSL, HeadingDeg: now.HeadingDeg}
	if g := now.Gimbal; g != nil {
		p.PitchDeg, p.YawDeg, p.RollDeg = &g.PitchDeg, &g.YawDeg, &g.RollDeg
	}
	if now.PitchDeg != 0 || now.RollDeg != 0 { // a vehicle that was never heard to tell is as level as none is
		p.VehiclePitchDeg, p.VehicleRollDeg = &now.PitchDeg, &now.RollDeg
	}
	p.HFOVDeg, p.Aspect = fieldOf(&now)
	r.deck.Mark(p)
}

// fieldOf is how wide a vehicle's picture is, degrees, and its width by its height, when its position was told: by its
// camera's own word, else that of the stream at its wide end; 0 and 0 if it is zoomed and nobody knows how far.
func fieldOf(v *fleet.Vehicle) (hfovDeg, aspect float64) {
	s, half := v.Shown(), func(deg float64) float64 { return math.Tan(deg * math.Pi / 360) }
	if s.Width > 0 && s.Height > 0 {
		aspect = float64(s.Width) / float64(s.Height)
	}
	f := v.Field(v.PositionAt)
	switch {
	case f != nil && aspect == 0 && f.VDeg > 0:
		return f.HDeg, half(f.HDeg) / half(f.VDeg)
	case f != nil && aspect > 0:
		return f.HDeg, aspect
	case v.Zoomed() || s.HFOVDeg <= 0 || aspect == 0:
		return 0, 0
	}
	return s.HFOVDeg, aspect
}

// told shows what is recorded of a vehicle now. Decks call it.
func (a *Archive) told(r record.Recording) {
	a.mu.Lock()
	defer a.mu.Unlock()
	v := fleet.VehicleID(r.Source)
	now := fleet.Recording{Vehicle: v, ID: r.ID, Sortie: fleet.SortieID(r.Sortie), Purpose: r.Purpose, By: r.Head.By, Since: r.From}
	if r.Closed == nil && r.Writing == nil {
		now.Missing = string(record.Starting)
		if r.Missing != nil {
			now.Missing = string(r.Missing.Why)
		}
	}
	was, there := a.shown[v]
	switch {
	case r.Closed != nil:
		delete(a.shown, v)
		a.cfg.Board.Put(fleet.KindRecording, string(v), nil)
	case !there || was != now:
		a.shown[v] = now
		a.cfg.Board.Put(fleet.KindRecording, string(v), now)
	}
}

// Start records a vehicle's camera because somebody wants it.
func (a *Archive) Start(v fleet.VehicleID, by string) (fleet.Recording, *fleet.Problem) {
	w := Want{Purpose: ByHand}
	for _, s := range fleet.All[mission.Sortie](a.cfg.Board, mission.KindSortie) {
		if s.Vehicle == v && !s.State.Final() {
			w.Sortie = s.ID
		}
	}
	return a.start(v, by, w)
}

func (a *Archive) start(v fleet.VehicleID, by string, w Want) (fleet.Recording, *fleet.Problem) {
	if _, ok := a.cfg.Registry.Vehicle(v); !ok {
		return fleet.Recording{}, fleet.Refuse("unknown-vehicle", "there is no vehicle %s", v)
	}
	a.mu.Lock()
	r := a.reel(v)
	switch {
	case r == nil:
		a.mu.Unlock()
		return fleet.Recording{}, fleet.Refuse("stopping", "the station is starting or stopping")
	case r.acting:
		a.mu.Unlock()
		return fleet.Recording{}, fleet.Refuse("busy", "the recording of %s is being started or stopped", v)
	case r.id != "":
		id := r.id
		a.mu.Unlock()
		return fleet.Recording{}, fleet.Refuse("recording", "%s is being recorded already: %s", v, id)
	}
	r.acting = true
	a.mu.Unlock()
	rec, err := a.begin(v, r, by, w)
	if err != nil {
		a.cfg.Log.Error("recording not begun", "vehicle", v, "by", by, "error", err)
		return fleet.Recording{}, fleet.Refuse("storage", "the recording cannot be kept; the station's log says why")
	}
	return fleet.Recording{Vehicle: v, ID: rec.ID, Sortie: w.Sortie, Purpose: w.Purpose, By: by, Since: rec.From, Missing: string(record.Starting)}, nil
}

// Stop ends the recording of a vehicle's camera. That of a sortie does not begin again.
func (a *Archive) Stop(v fleet.VehicleID, by string) *fleet.Problem {
	a.mu.Lock()
	r := a.reels[v]
	switch {
	case r == nil || r.id == "" && !r.acting:
		a.mu.Unlock()
		return fleet.Refuse("not-recording", "%s is not being recorded", v)
	case r.acting:
		a.mu.Unlock()
		return fleet.Refuse("busy", "the recording of %s is being started or stopped", v)
	}
	r.acting = true
	if r.sortie != "" {
		a.declined[r.sortie] = true
	}
	a.mu.Unlock()
	if err := a.finish(v, r, by, "by hand"); err != nil {
		return fleet.Refuse("stopping", "the recorder has ended")
	}
	return nil
}
