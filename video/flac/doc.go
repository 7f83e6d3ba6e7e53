// Package flac writes sound of 16 bits as frames of FLAC (RFC 9639), without loss: what G.711 was decoded to, for a file
// that browsers play. It reads none.
//
// Each block is coded by itself, with the best of the format's fixed predictors and one Rice parameter, and each channel
// alone. A frame tells its own length, rate and place, so that one can be decoded though those around it are lost.
package flac
