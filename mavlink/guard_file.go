package mavlink

import (
	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

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
