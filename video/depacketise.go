package video

import (
	"time"

	"github.com/bluenviron/gortsplib/v4/pkg/format"
	"github.com/bluenviron/mediacommon/v2/pkg/codecs/h264"
	"github.com/bluenviron/mediacommon/v2/pkg/codecs/h265"
	"github.com/pion/rtp"

	"groundstation/video/unit"
)

// depacketiser joins a source's packets to access units, once for all taps.
type depacketiser struct {
	generation int
	joints     map[*lane]*joint
	began      time.Time    // when the first unit of this generation came
	group      []*unit.Unit // since the last key picture, empty if that is not whole
}

// joint is the depacketiser's part for one lane.
type joint struct {
	lane     *lane
	decode   func(*rtp.Packet) ([][]byte, error)
	track    *unit.Track
	lost     bool
	open     bool // octets of a picture wait in decode
	time     uint32
	captured time.Time
	held     [][]byte // parameter sets that came in an access unit of their own

	begun   bool // a unit was given in this generation
	last    uint32
	elapsed int64 // of the RTP clock, since the first unit
	offset  time.Duration
}

func newDepacketiser(lanes []*lane, generation int) *depacketiser {
	d := &depacketiser{}
	d.begin(lanes, generation)
	return d
}

// begin forgets what was half joined: other lanes come.
func (d *depacketiser) begin(lanes []*lane, generation int) {
	d.joints = map[*lane]*joint{}
	d.group = nil
	for _, l := range lanes {
		j := &joint{lane: l, decode: decoder(l.forma), track: describe(l)}
		d.joints[l] = j
	}
	d.renew(generation)
}

// renew gives every track a new generation, as one of them changed.
func (d *depacketiser) renew(generation int) {
	d.generation, d.began = generation, time.Time{}
	for _, j := range d.joints {
		track := *j.track
		track.Generation = generation
		j.track, j.begun, j.elapsed = &track, false, 0
	}
}

// drop forgets half a picture and the group: what comes next follows a gap.
func (d *depacketiser) drop() {
	d.group = nil
	for _, j := range d.joints {
		j.decode, j.open, j.held = decoder(j.lane.forma), false, nil
	}
}

// decoder joins packets of a format. Without one there are no units.
func decoder(forma format.Format) func(*rtp.Packet) ([][]byte, error) {
	none := func(*rtp.Packet) ([][]byte, error) { return nil, nil }
	switch f := forma.(type) {
	case *format.H264:
		if d, err := f.CreateDecoder(); err == nil {
			return d.Decode
		}
	case *format.H265:
		if d, err := f.CreateDecoder(); err == nil {
			return d.Decode
		}
	case *format.MPEG4Audio:
		if d, err := f.CreateDecoder(); err == nil {
			return d.Decode
		}
	case *format.Opus, *format.G711:
		return func(p *rtp.Packet) ([][]byte, error) { return [][]byte{p.Payload}, nil }
	}
	return none
}

// describe gives what the session description says about a track.
func describe(l *lane) *unit.Track {
	t := &unit.Track{Codec: l.codec, ClockRate: l.forma.ClockRate()}
	switch f := l.forma.(type) {
	case *format.H264:
		setParams(t, f.SPS, f.PPS)
	case *format.H265:
		setParams(t, f.VPS, f.SPS, f.PPS)
	case *format.Opus:
		t.Channels = f.ChannelCount
	case *format.G711:
		t.Channels = f.ChannelCount
	case *format.MPEG4Audio:
		t.Channels = f.Config.ChannelCount
		if config, err := f.Config.Marshal(); err == nil {
			t.Params = [][]byte{config}
		}
	}
	return t
}

// setParams sets the parameter sets of a picture, if they are whole, and its size.
func setParams(t *unit.Track, sets ...[]byte) {
	for _, s := range sets {
		if len(s) == 0 {
			return
		}
	}
	t.Params = sets
	t.Width, t.Height = size(t.Codec, sets[len(sets)-2])
}

// size is that of the picture by its sequence parameter set, 0 if that cannot be read.
func size(codec unit.Codec, sps []byte) (width, height int) {
	if codec == unit.H264 {
		var s h264.SPS
		if s.Unmarshal(sps) != nil {
			return 0, 0
		}
		return s.Width(), s.Height()
	}
	var s h265.SPS
	if s.Unmarshal(sps) != nil {
		return 0, 0
	}
	return s.Width(), s.Height()
}

// feed takes a packet and gives the units that it ends.
func (d *depacketiser) feed(p *packet) []*unit.Unit {
	j := d.joints[p.lane]
	if j == nil {
		return nil
	}
	if p.gap {
		j.decode, j.open, j.lost, d.group = decoder(j.lane.forma), false, true, nil
	}
	data, err := j.decode(&p.Packet)
	stamp, captured := p.Timestamp, p.captured
	if j.lane.audio {
		return d.sound(j, p, data)
	}
	switch {
	case err != nil:
		if !j.open || j.time != p.Timestamp {
			j.open, j.time, j.captured = true, p.Timestamp, p.captured
		}
		return nil
	case j.open && j.time != p.Timestamp: // a picture without a marker: it ends where the next begins
		stamp, captured = j.time, j.captured
		j.time, j.captured = p.Timestamp, p.captured
	case j.open:
		captured = j.captured
		j.open = false
	}
	if u := d.picture(j, data, stamp); u != nil {
		u.Captured, u.Arrived = captured, p.arrived
		return []*unit.Unit{u}
	}
	return nil
}

// sound gives the frames of a packet of audio, one behind the other by the codec's own length where that is known.
func (d *depacketiser) sound(j *joint, p *packet, frames [][]byte) (units []*unit.Unit) {
	for i, f := range frames {
		if len(f) == 0 {
			continue
		}
		u := d.unit(j, p.Timestamp+uint32(i*aacFrame), [][]byte{f}, true, p.arrived)
		if u.Captured = p.captured; !u.Captured.IsZero() {
			u.Captured = u.Captured.Add(time.Duration(i*aacFrame) * time.Second / time.Duration(j.track.ClockRate))
		}
		units = append(units, u)
	}
	if len(d.group) > 0 {
		d.keep(units...)
	}
	return units
}

// aacFrame is how many samples a frame of AAC holds; other codecs have one frame in a packet.
const aacFrame = 1024

// picture gives the unit of one picture, nil for parameter sets alone, which go with the picture behind them.
func (d *depacketiser) picture(j *joint, nals [][]byte, stamp uint32) *unit.Unit {
	if len(j.held) > 0 {
		nals = append(j.held[:len(j.held):len(j.held)], nals...)
		j.held = nil
	}
	sets, slices, key := look(j.lane.codec, nals)
	if !slices {
		if len(sets) > 0 && len(nals) <= 16 {
			j.held = nals
		}
		return nil
	}
	d.adopt(j, sets)
	key = key && j.track.Params != nil
	u := d.unit(j, stamp, nals, key, time.Now())
	if key {
		d.group = nil
		d.keep(u)
	} else if len(d.group) > 0 {
		d.keep(u)
	}
	return u
}

// keep adds to the group since the last key picture, unless that grows too long.
func (d *depacketiser) keep(units ...*unit.Unit) {
	if len(d.group)+len(units) > gopLen {
		d.group = nil
		return
	}
	d.group = append(d.group, units...)
}

// look finds the parameter sets among NAL units, whether there are slices, and whether a decoder may begin here.
func look(codec unit.Codec, nals [][]byte) (sets map[byte][]byte, slices, key bool) {
	sets = map[byte][]byte{}
	sps := false
	for _, n := range nals {
		if len(n) == 0 {
			continue
		}
		if codec == unit.H264 {
			switch kind := n[0] & 0x1f; {
			case kind == nalSPS || kind == nalPPS:
				if sets[kind] == nil {
					sets[kind] = n
				}
				sps = sps || kind == nalSPS
			case kind >= nalSlice && kind <= nalIDR:
				slices = true
				key = key || kind == nalIDR
			}
			continue
		}
		switch kind := n[0] >> 1 & 0x3f; {
		case kind == hevcVPS || kind == hevcSPS || kind == hevcPPS:
			if sets[kind] == nil {
				sets[kind] = n
			}
		case kind < hevcVPS:
			slices = true
			key = key || kind >= hevcIRAPFirst && kind <= hevcIRAPLast
		}
	}
	return sets, slices, key || sps && slices // H.264 that refreshes bit by bit begins with its parameters
}

// adopt takes parameter sets that came with a picture. If they are others than before, all tracks are new.
func (d *depacketiser) adopt(j *joint, came map[byte][]byte) {
	if len(came) == 0 {
		return
	}
	kinds := []byte{nalSPS, nalPPS}
	if j.lane.codec == unit.H265 {
		kinds = []byte{hevcVPS, hevcSPS, hevcPPS}
	}
	sets := make([][]byte, len(kinds))
	copy(sets, j.track.Params)
	changed := false
	for i, kind := range kinds {
		if n := came[kind]; n != nil && string(n) != string(sets[i]) {
			sets[i], changed = append([]byte(nil), n...), true
		}
	}
	if !changed {
		return
	}
	track := *j.track
	setParams(&track, sets...)
	if track.Params == nil {
		return
	}
	known := j.track.Params != nil
	j.track = &track
	if known || j.begun {
		d.renew(d.generation + 1)
	}
}

// unit makes a unit with its time.
func (d *depacketiser) unit(j *joint, stamp uint32, data [][]byte, key bool, now time.Time) *unit.Unit {
	switch {
	case d.began.IsZero():
		d.began = now
		fallthrough
	case !j.begun:
		j.begun, j.elapsed, j.offset = true, 0, now.Sub(d.began)
	default:
		j.elapsed += int64(int32(stamp - j.last))
	}
	j.last = stamp
	rate := int64(j.track.ClockRate)
	pts := j.offset + time.Duration(j.elapsed/rate)*time.Second + time.Duration(j.elapsed%rate)*time.Second/time.Duration(rate)
	u := &unit.Unit{Track: j.track, Data: data, Key: key, PTS: pts, Arrived: now, Lost: j.lost}
	j.lost = false
	return u
}
