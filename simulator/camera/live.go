package camera

import (
	"time"

	"groundstation/simulator/camera/city"
)

const (
	framePeriod = time.Second / 15
	lowPeriod   = time.Second / 5
	keyPeriod   = time.Second
)

// live draws each picture when it is due.
type live struct {
	name    string // whose view it is; written into the picture
	tag     uint16
	view    func(name string) (View, bool)
	picture *picture
	code    coder
	blocks  int // rows of blocks
	every   time.Duration
	lastKey time.Time
}

func newLive(a address, ground *city.Ground, view func(string) (View, bool)) (*live, error) {
	board, err := newPicture(ground, Width, Height)
	if err != nil {
		return nil, err
	}
	code, err := newCoder(a.hevc, Width, Height)
	if err != nil {
		return nil, err
	}
	name, thermal := carrier(a.camera)
	board.thermal = thermal
	l := &live{name: name, tag: Tag(name), view: view, picture: board, code: code, blocks: board.mosaic.Rows / 4, every: framePeriod}
	if a.low {
		l.every = lowPeriod
	}
	return l, nil
}

func (l *live) shoot(now time.Time, key bool) (before, unit [][]byte, ok bool) {
	view, ok := l.view(l.name)
	if !ok {
		l.lastKey = time.Time{}
		return nil, nil, false
	}
	if key || now.Sub(l.lastKey) >= keyPeriod-l.every/2 {
		key, l.lastKey = true, now
	}
	m := l.picture.draw(l.name, l.tag, view, now)
	before, head := l.code.begin(key)
	return before, append(head, l.code.Slice(m, 0, l.blocks)), true
}

func (l *live) period() time.Duration { return l.every }
func (l *live) coder() coder          { return l.code }
