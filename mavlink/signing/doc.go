// Package signing is MAVLink 2 message signing (https://mavlink.io/en/guide/message_signing.html) as pure values: a Key,
// a Signer that completes outgoing frames, and a Verifier that judges the frames of one system.
//
//	frame, its incompatibility flag 0x01 set, with its checksum │ link id (1) │ timestamp (6) │ signature (6)
//	signature = the first 48 bits of SHA-256(key + all octets before the signature, from the start marker on)
//
// A timestamp counts 10 µs since 2015-01-01 UTC. Those of one Signer rise strictly, whatever the clock does and over
// whichever link a frame leaves. A Verifier lets a frame pass only if it is newer than the last of its stream (system,
// component, link id), and a stream that is new only if it is at most a minute behind the newest of the key.
//
// Both give a Mark to be kept, ahead of what was used by as much as the caller says, so that nothing has to be durable
// before a frame may pass. After a restart a Signer begins behind its mark, and a Verifier takes no frame up to it: what
// was captured before is refused. A peer whose clock is behind the mark moves past it with the first signed frame that
// it hears from us, as the guide wants; the caller sends one when a frame was Late (Verdict).
package signing
