/*
 * BTrackMate: TrackMate plug-ins and Fiji commands of VollTrack.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
package io.github.volltrack.fiji.session;

import fiji.plugin.trackmate.io.TmXmlWriter;
import java.io.File;
import org.jdom2.Element;
import org.jdom2.Verifier;

/** TrackMate's writer, but for the log: that of 7.14 throws at a control character, that of 8.1 drops the letters A to F. */
final class SessionWriter extends TmXmlWriter {

    private static final String LOG = "Log";

    SessionWriter(final File file) {
        super(file);
    }

    @Override
    public void appendLog(final String log) {
        final StringBuilder legal = new StringBuilder();
        log.codePoints().map(letter -> Verifier.isXMLCharacter(letter) ? letter : 0xFFFD).forEach(legal::appendCodePoint);
        root.addContent(new Element(LOG).addContent(legal.toString()));
    }
}
