package mavlink

// crcTable is CRC-16/MCRF4XX (X.25 without the final inversion), as MAVLink uses it, a byte at a time.
var crcTable = func() (t [256]uint16) {
	for i := range t {
		c := uint16(i)
		for range 8 {
			if c&1 != 0 {
				c = c>>1 ^ 0x8408
			} else {
				c >>= 1
			}
		}
		t[i] = c
	}
	return t
}()

// checksum is the CRC over b followed by the message's extra byte.
func checksum(b []byte, extra byte) uint16 {
	c := uint16(0xFFFF)
	for _, v := range b {
		c = c>>8 ^ crcTable[byte(c)^v]
	}
	return c>>8 ^ crcTable[byte(c)^extra]
}
