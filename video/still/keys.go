package still

import (
	"context"
	"sync"
	"time"

	"groundstation/video/unit"
)

// freshFor is how long a picture is given to others who ask.
const freshFor = time.Second

// The refusals of a Taker.
var (
	ErrNothing  = unit.Refuse("no-answer", "the camera sends no picture")
	ErrNoFFmpeg = unit.Refuse("no-transcoder", "JPEG needs ffmpeg, which is not installed; the picture as it was encoded is at /key")
	ErrJPEG     = unit.Refuse("internal", "the picture could not be made into JPEG")
)

// Reader gives a source's access units in order, as video.Tap does.
type Reader interface {
	Next(ctx context.Context) (*unit.Unit, error)
	Close()
}

// Key is a key picture; where an encoder may hide that and show the one after it, as H.265 lets it, with that one.
type Key []*unit.Unit

// Track is of what the picture is.
func (k Key) Track() *unit.Track { return k[0].Track }

// At is when the picture came, by the station's clock.
func (k Key) At() time.Time { return k[len(k)-1].Arrived }

// Taker takes stills.
type Taker struct {
	open func(id string) (Reader, error)

	mu     sync.Mutex
	taking map[string]*taking
	frames chan struct{} // who may run ffmpeg
}

// taking is one still, under way or taken.
type taking struct {
	done chan struct{}
	key  Key
	err  error
	at   time.Time

	once sync.Once
	jpeg []byte
	jerr error
}

// New makes a Taker that opens sources with open.
func New(open func(id string) (Reader, error)) *Taker {
	return &Taker{open: open, taking: map[string]*taking{}, frames: make(chan struct{}, 1)}
}

// Key gives a source's key picture, at most a group of pictures and freshFor old.
func (t *Taker) Key(ctx context.Context, id string) (Key, error) {
	k, err := t.take(ctx, id)
	if err != nil {
		return nil, err
	}
	return k.key, nil
}

func (t *Taker) take(ctx context.Context, id string) (*taking, error) {
	t.mu.Lock()
	k := t.taking[id]
	mine := k == nil || k.over() && (k.err != nil || time.Since(k.at) > freshFor)
	if mine {
		k = &taking{done: make(chan struct{})}
		t.taking[id] = k
	}
	t.mu.Unlock()
	if mine {
		k.key, k.err = t.read(ctx, id)
		k.at = time.Now()
		close(k.done)
	}
	select {
	case <-k.done:
		return k, k.err
	case <-ctx.Done():
		return nil, ErrNothing
	}
}

func (k *taking) over() bool {
	select {
	case <-k.done:
		return true
	default:
		return false
	}
}

// read reads a source up to its next key picture, which a warm source has at once.
func (t *Taker) read(ctx context.Context, id string) (Key, error) {
	in, err := t.open(id)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	var key Key
	for {
		u, err := in.Next(ctx)
		switch {
		case err != nil && ctx.Err() != nil:
			return nil, ErrNothing
		case err != nil:
			return nil, err
		case u.Track.Channels > 0 || len(key) == 0 && !u.Key:
			continue
		case len(key) > 0 && u.Lost:
			key = nil
			continue
		}
		if key = append(key, u); len(key) == 2 || u.Track.Codec != unit.H265 {
			return key, nil
		}
	}
}

// AnnexB is a key picture as a byte stream (ITU-T H.264 and H.265, annex B), its parameter sets first.
func (k Key) AnnexB() []byte {
	parts := [][][]byte{k.Track().Params}
	for _, u := range k {
		parts = append(parts, u.Data)
	}
	var out []byte
	for _, part := range parts {
		for _, nal := range part {
			out = append(append(out, 0, 0, 0, 1), nal...)
		}
	}
	return out
}
