// Package rtcm finds RTCM 3 messages (RTCM 10403, transport layer) in a stream and cuts them up for GPS_RTCM_DATA
// (https://mavlink.io/en/messages/common.html#GPS_RTCM_DATA). It is pure, and knows nothing of what the messages say.
//
//	bytes ─► Framer.Push ─► whole messages, CRC-24Q right ─► Fragmenter.Cut ─► at most 4 pieces of 180 bytes
package rtcm
