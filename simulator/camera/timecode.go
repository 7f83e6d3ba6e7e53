package camera

import (
	"encoding/binary"
	"errors"
	"time"
)

// ErrNoTimecode means that a picture holds no timecode that can be trusted.
var ErrNoTimecode = errors.New("no readable timecode in the picture")

const (
	stripTop   = 304 // pixel row
	stripBlock = 16
	stripRows  = 3
	stripCols  = 40
	contrast   = 64
)

// Timecode says when, to the millisecond, and by which camera a picture was drawn.
type Timecode struct {
	At  time.Time
	Tag uint16
}

// Tag is the 16-bit mark of a camera's id in the timecode: the CRC-16 of its bytes.
func Tag(id string) uint16 { return crc16([]byte(id)) }

// crc16 is CRC-16/IBM-3740, often called CCITT-FALSE.
func crc16(b []byte) uint16 {
	crc := uint16(0xFFFF)
	for _, v := range b {
		crc ^= uint16(v) << 8
		for range 8 {
			if crc&0x8000 != 0 {
				crc = crc<<1 ^ 0x1021
			} else {
				crc <<= 1
			}
		}
	}
	return crc
}

// bits lays the timecode out as the blocks of the strip, true for white.
func (t Timecode) bits() (rows [stripRows][stripCols]bool) {
	var b [12]byte
	binary.BigEndian.PutUint64(b[:], uint64(t.At.UnixMilli()))
	binary.BigEndian.PutUint16(b[8:], t.Tag)
	binary.BigEndian.PutUint16(b[10:], crc16(b[:10]))
	for r := range rows {
		for _, c := range []int{0, 2, 37, 39} {
			rows[r][c] = true
		}
		for i := range 32 {
			rows[r][4+i] = b[r*4+i/8]>>(7-i%8)&1 == 1
		}
	}
	return rows
}

// ReadTimecode reads the strip from a decoded picture of width × height pixels, at whatever scale, through the luma of
// its pixels (0 to 255).
func ReadTimecode(luma func(x, y int) uint8, width, height int) (Timecode, error) {
	if width < stripCols || height < stripCols {
		return Timecode{}, ErrNoTimecode
	}
	var b [12]byte
	for r := range stripRows {
		y := (stripTop + stripBlock/2 + stripBlock*r) * height / Height
		at := func(c int) int { return int(luma((stripBlock*c+stripBlock/2)*width/Width, y)) }
		white := (at(0) + at(2) + at(37) + at(39)) / 4
		black := (at(1) + at(3) + at(36) + at(38)) / 4
		if white-black < contrast {
			return Timecode{}, ErrNoTimecode
		}
		one := func(c int) bool { return 2*at(c) > white+black }
		for c, want := range map[int]bool{0: true, 1: false, 2: true, 3: false, 36: false, 37: true, 38: false, 39: true} {
			if one(c) != want {
				return Timecode{}, ErrNoTimecode
			}
		}
		for i := range 32 {
			if one(4 + i) {
				b[r*4+i/8] |= 1 << (7 - i%8)
			}
		}
	}
	if crc16(b[:10]) != binary.BigEndian.Uint16(b[10:]) {
		return Timecode{}, ErrNoTimecode
	}
	return Timecode{At: time.UnixMilli(int64(binary.BigEndian.Uint64(b[:]))).UTC(), Tag: binary.BigEndian.Uint16(b[8:])}, nil
}
