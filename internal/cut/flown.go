package main

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
)

// Message ids of what a flight is made of.
const (
	idHeartbeat  = 0
	idParam      = 22
	idGlobal     = 33
	idReached    = 46
	idBattery    = 147
	idText       = 253
	armedFlag    = 0x80
	baseMode     = 6 // where base_mode stands in a heartbeat's payload
	traceEveryMS = 200
)

// shaping are the beginnings of the parameters' names that shape a flight.
var shaping = []string{"MPC_", "NAV_", "MIS_", "RTL_", "COM_", "BAT", "LNDMC_", "SIH_", "GF_"}

// notFlown are messages of the station that move nothing.
var notFlown = []uint32{4, 20, 21, 43, 51, 110, 111, 117, 119, 122, 412}

// flown keeps what the flights of a recording are: every order of the station, and of the vehicle its place five times a
// second, its parameters, modes, reached items, battery and words. The times of the records become those of the
// vehicle's own clock, which runs unlike the computer's that wrote them.
func flown(records []record) ([]byte, error) {
	last := slices.IndexFunc(records, func(r record) bool { return r.system() == vehicle && r.id() == idGlobal })
	if last < 0 {
		return nil, fmt.Errorf("no place in the recording")
	}
	for i, r := range records {
		if r.system() == vehicle && r.id() == idHeartbeat && payload(r)[baseMode]&armedFlag != 0 {
			last = i
		}
	}
	end := records[last].at + 5e6
	var out []byte
	var boot int64 // computer's time of the vehicle's zero, µs
	var trace uint32
	for _, r := range records {
		p, id := payload(r), r.id()
		if r.at > end {
			break
		}
		if r.system() == vehicle && id == idGlobal {
			boot = int64(r.at) - int64(binary.LittleEndian.Uint32(p))*1000
		}
		at := int64(r.at) - boot
		if boot == 0 {
			if at = 0; id != idParam {
				continue // nothing flies before it knows where it is
			}
		}
		switch {
		case r.system() == station && !slices.Contains(notFlown, id):
		case r.system() != vehicle:
			continue
		case id == idGlobal:
			if at := binary.LittleEndian.Uint32(p); at < trace+traceEveryMS {
				continue
			} else {
				trace = at
			}
		case id == idParam:
			name := string(p[8:24])
			if !slices.ContainsFunc(shaping, func(s string) bool { return strings.HasPrefix(name, s) }) {
				continue
			}
		case id == idHeartbeat, id == idReached, id == idBattery, id == idText:
		default:
			continue
		}
		out = append(binary.BigEndian.AppendUint64(out, uint64(at)), r.frame...)
	}
	return out, nil
}

// payload is a frame's, with the zeros that were cut from its end.
func payload(r record) []byte {
	p := make([]byte, 64)
	if r.v2() {
		return append(slices.Clone(r.frame[10:10+int(r.frame[1])]), p...)
	}
	return append(slices.Clone(r.frame[6:6+int(r.frame[1])]), p...)
}
