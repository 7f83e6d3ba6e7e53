// Package recode makes pictures into H.264 by ffmpeg: those of H.265 for browsers that play nothing else, and those that are
// stamped with the name of who is to see them.
//
//	access units ─► fragmented MP4 ─stdin─► ffmpeg ─stdout─► FLV ─► access units
//
// Both ways are containers that tell how long each picture is, so that none waits for the one after it, and that carry its
// time. ffmpeg is told nothing but its two pipes, and a file without a name that holds the stamp: no address, no credential.
// It runs at the lowest priority, and ends with its input, so that it does not outlive the station either. It is ended when
// the source says that its gate is shut, with all that it still holds, and begun anew with a key picture from after that.
package recode
