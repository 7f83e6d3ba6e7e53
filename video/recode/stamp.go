package recode

import (
	"os"
	"os/exec"
	"strconv"
	"strings"
	"unicode"

	"groundstation/video/unit"
)

// The refusals of NewStamp.
var (
	ErrNoFFmpeg = unit.Refuse("no-watermark", "no name can be burnt into pictures here: transcoding is switched off, or ffmpeg is not installed")
	ErrNoFont   = unit.Refuse("no-font", "no name can be burnt into pictures here: no font has all of its characters, or fontconfig is not installed")
)

// preferred is the font that is asked for, as fontconfig names them: one that has Chinese as it is written here.
const preferred = "sans-serif:lang=zh-cn"

const (
	// stampRows and stampTimes say how often a text stands below and beside itself: more than any picture shows.
	stampRows, stampTimes = 10, 12
	// stampLines is how many of a picture's height one line of text is.
	stampLines = 26
)

// Stamp is a text that is burnt into a picture, all over it, and the time beside it.
type Stamp struct{ text, family string }

// NewStamp makes a stamp of a text, if ffmpeg and a font for it are there.
func NewStamp(text string) (*Stamp, error) {
	if _, err := exec.LookPath("ffmpeg"); err != nil {
		return nil, ErrNoFFmpeg
	}
	text = strings.Map(func(r rune) rune {
		if !unicode.IsGraphic(r) {
			return ' '
		}
		return r
	}, text)
	out, err := exec.Command("fc-match", "-f", "%{family[0]}\n%{charset}", preferred).Output()
	family, charset, _ := strings.Cut(string(out), "\n")
	if err != nil || !plain(family) || !covers(charset, text) {
		return nil, ErrNoFont
	}
	return &Stamp{text, family}, nil
}

// plain says whether the name of a font may stand in a filter's description, where other characters mean something.
func plain(family string) bool {
	for _, r := range family {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != ' ' && r != '-' {
			return false
		}
	}
	return family != ""
}

// covers says whether a set of characters, as fontconfig writes them ("20-7e 4e00"), has all of a text that are to be seen.
func covers(charset, text string) bool {
	type span struct{ first, last uint64 }
	var spans []span
	for _, s := range strings.Fields(charset) {
		low, high, several := strings.Cut(s, "-")
		first, err := strconv.ParseUint(low, 16, 32)
		if err != nil {
			return false
		}
		last := first
		if several {
			if last, err = strconv.ParseUint(high, 16, 32); err != nil {
				return false
			}
		}
		spans = append(spans, span{first, last})
	}
	has := func(r rune) bool {
		for _, s := range spans {
			if uint64(r) >= s.first && uint64(r) <= s.last {
				return true
			}
		}
		return false
	}
	for _, r := range text {
		if !unicode.IsSpace(r) && !has(r) {
			return false
		}
	}
	return true
}

// sheet is the text as it stands over a picture.
func (s *Stamp) sheet() string {
	row := strings.Repeat(s.text+"\u3000\u3000\u3000", stampTimes)
	var all strings.Builder
	for i := range stampRows {
		if i%2 == 1 {
			all.WriteString("\u3000\u3000\u3000\u3000\u3000")
		}
		all.WriteString(row + "\n\n\n")
	}
	return all.String()
}

// file gives the sheet as a file that has no name any more: it is gone with whoever reads it.
func (s *Stamp) file() (*os.File, error) {
	f, err := os.CreateTemp("", "stamp")
	if err != nil {
		return nil, err
	}
	err = os.Remove(f.Name())
	if err == nil {
		_, err = f.WriteString(s.sheet())
	}
	if err != nil {
		_ = f.Close()
		return nil, err
	}
	return f, nil
}

// filter is what ffmpeg is told of it. The text is in the file that it inherits, and is not looked through for what means
// something to ffmpeg: no name that somebody is given can say more there than itself.
func (s *Stamp) filter() string {
	font, size := ",drawtext=font="+s.family, ":fontsize=h/"+strconv.Itoa(stampLines)
	return font + ":textfile=/dev/fd/3:expansion=none" + size + ":fontcolor=white@0.3:borderw=1:bordercolor=black@0.25:x=-h/13:y=h/40" +
		font + ":text='%{localtime\\:%F %T}'" + size + ":fontcolor=white:box=1:boxcolor=black@0.5:boxborderw=6:x=w-tw-12:y=h-th-12"
}
