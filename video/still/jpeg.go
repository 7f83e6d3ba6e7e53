package still

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"strconv"
	"time"

	"groundstation/video/unit"
)

// encodeWithin bounds one run of ffmpeg, which takes a fifth of a second on a machine at rest.
const encodeWithin = 15 * time.Second

// JPEG gives a source's key picture as JPEG, no wider than width pixels; 0 is as wide as it is. One is made at a time. at
// is that of the picture.
func (t *Taker) JPEG(ctx context.Context, id string, width int) (picture []byte, at time.Time, err error) {
	program, err := exec.LookPath("ffmpeg")
	if err != nil {
		return nil, at, ErrNoFFmpeg
	}
	k, err := t.take(ctx, id)
	if err != nil {
		return nil, at, err
	}
	if width != 0 && width < k.key.Track().Width {
		picture, err = t.encode(ctx, program, k.key, width)
		return picture, k.key.At(), err
	}
	k.once.Do(func() { k.jpeg, k.jerr = t.encode(context.WithoutCancel(ctx), program, k.key, 0) })
	return k.jpeg, k.key.At(), k.jerr
}

func (t *Taker) encode(ctx context.Context, program string, k Key, width int) ([]byte, error) {
	select {
	case t.frames <- struct{}{}:
		defer func() { <-t.frames }()
	case <-ctx.Done():
		return nil, ErrNothing
	}
	ctx, cancel := context.WithTimeout(ctx, encodeWithin)
	defer cancel()
	format := "h264"
	if k.Track().Codec == unit.H265 {
		format = "hevc"
	}
	args := []string{"-hide_banner", "-loglevel", "error", "-threads", "1", "-f", format, "-i", "pipe:0", "-frames:v", "1"}
	if width > 0 {
		args = append(args, "-vf", "scale="+strconv.Itoa(width)+":-2")
	}
	c := exec.CommandContext(ctx, program, append(args, "-q:v", "4", "-f", "mjpeg", "pipe:1")...)
	var out, complaint bytes.Buffer
	c.Stdin, c.Stdout, c.Stderr = bytes.NewReader(k.AnnexB()), &out, &complaint
	if err := c.Run(); err != nil || out.Len() == 0 {
		return nil, fmt.Errorf("%w: %v: %.200s", ErrJPEG, err, complaint.String())
	}
	return out.Bytes(), nil
}
