package mavlink

import (
	"errors"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"groundstation/mavlink/ftp"
)

// file checks MAVLink FTP: what reads may go out; nothing that writes, makes, renames or removes.
func (g *guard) file(m *common.MessageFileTransferProtocol) error {
	if err := g.addressed(m.TargetSystem, m.TargetComponent); err != nil {
		return err
	}
	if m.TargetNetwork != 0 {
		return refuse("file transfer to network %d", m.TargetNetwork)
	}
	if err := ftp.CheckRequest(&m.Payload); err != nil {
		return refuse("%v", err)
	}
	return nil
}

// logAskMax is how many octets of a log are asked for at once.
const logAskMax = 1 << 16

// log checks the log protocol: logs are listed and read, and never erased. What is no message of it, param judges.
func (g *guard) log(m message.Message) error {
	switch m := m.(type) {
	case *common.MessageLogRequestList:
		if m.Start > m.End {
			return refuse("logs %d to %d", m.Start, m.End)
		}
		return g.addressed(m.TargetSystem, m.TargetComponent)
	case *common.MessageLogRequestData:
		return errors.Join(g.addressed(m.TargetSystem, m.TargetComponent), within("octets of a log", float64(m.Count), 1, logAskMax))
	case *common.MessageLogRequestEnd:
		return g.addressed(m.TargetSystem, m.TargetComponent)
	}
	return g.param(m)
}
