package camera

import (
	"math"
	"sync"
	"time"

	"groundstation/internal/geo"
	"groundstation/simulator/camera/city"
	"groundstation/simulator/camera/mosaic"
)

const (
	clipPeriod = time.Second / 30
	clipGroup  = 30                // pictures from one key picture to the next
	clipLength = 4 * clipGroup     // an even number of groups, so that two key pictures that meet differ
	clipRate   = 2_000_000         // bits a second
	clipUnit   = clipRate / 8 / 30 // octets for each picture
	fillerMin  = 16
)

// library makes each clip once, when it is first asked for.
type library struct {
	ground *city.Ground
	mu     sync.Mutex
	clips  map[address]*clip
}

// clip is a loop of 4 s: of each picture all rows of blocks above the timecode, coded as one slice. The slice with the
// timecode is each camera's own, so that one clip serves all cameras and still every picture tells whose it is and when it was
// sent.
type clip struct {
	upper  [clipLength][]byte
	blocks int // rows of blocks in them
}

func newLibrary() *library { return &library{ground: city.New(), clips: map[address]*clip{}} }

func (l *library) clip(a address) (*clip, error) {
	a.camera = ""
	l.mu.Lock()
	defer l.mu.Unlock()
	if c := l.clips[a]; c != nil {
		return c, nil
	}
	board, err := newPicture(l.ground, a.width, a.height)
	if err != nil {
		return nil, err
	}
	code, err := newCoder(a.hevc, a.width, a.height)
	if err != nil {
		return nil, err
	}
	c := &clip{blocks: board.strip() / mosaic.Block}
	for i := range c.upper {
		code.begin(i%clipGroup == 0)
		c.upper[i] = code.Slice(board.draw("LOAD", 0, tour(i), time.Time{}), 0, c.blocks)
	}
	l.clips[a] = c
	return c, nil
}

// tour is where the clip's camera is: it hovers over the centre, turns its gimbal a little and back, and cars pass. It ends
// where it begins.
func tour(i int) View {
	turn := 2 * math.Pi * float64(i) / clipLength
	scene := &Scene{Daylight: 1}
	for k := range 12 {
		at := city.Centre.Position(geo.ENU{E: -60 + 14*float64(k) + 5*math.Sin(turn+float64(k)), N: 40 + 9*float64(k%4) + 20*math.Sin(turn+float64(k))})
		scene.Things = append(scene.Things, Thing{Kind: GroundUnit, Place: at.LatLon, HeadingDeg: 30 * float64(k)})
	}
	return View{Lat: city.CentreLat, Lon: city.CentreLon, AltM: 60, HeadingDeg: 20 + 1.5*math.Sin(turn), GimbalPitchDeg: -40, Scene: scene}
}

// load plays a clip in a loop, with a timecode of its own.
type load struct {
	clip    *clip
	tag     uint16
	picture *picture
	code    coder
	next    int
	credit  int // octets that the pictures until now took less than clipRate allows
}

func newLoad(a address, lib *library) (*load, error) {
	c, err := lib.clip(a)
	if err != nil {
		return nil, err
	}
	board, err := newPicture(lib.ground, a.width, a.height)
	if err != nil {
		return nil, err
	}
	code, err := newCoder(a.hevc, a.width, a.height)
	if err != nil {
		return nil, err
	}
	name, _ := carrier(a.camera)
	return &load{clip: c, tag: Tag(name), picture: board, code: code}, nil
}

// shoot gives the clip's next picture, or its next key picture: the clip's slice, the camera's, and filler up to the rate.
func (l *load) shoot(now time.Time, key bool) (before, unit [][]byte, ok bool) {
	if key {
		l.next = (l.next + clipGroup - 1) / clipGroup * clipGroup
	}
	i := l.next % clipLength
	l.next = i + 1
	before, unit = l.code.begin(i%clipGroup == 0)
	l.picture.timecode(Timecode{At: now, Tag: l.tag})
	l.picture.pour(l.picture.strip())
	unit = append(unit, l.clip.upper[i], l.code.Slice(l.picture.mosaic, l.clip.blocks, l.picture.mosaic.Rows/mosaic.Block))
	l.credit += clipUnit
	for _, nal := range before {
		l.credit -= len(nal)
	}
	for _, nal := range unit {
		l.credit -= len(nal)
	}
	if l.credit >= fillerMin {
		unit = append(unit, l.code.filler(l.credit))
		l.credit = 0
	}
	return before, unit, true
}

func (l *load) period() time.Duration { return clipPeriod }
func (l *load) coder() coder          { return l.code }
