/*
 * BTrackMate: TrackMate plug-ins and Fiji commands of VollTrack.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
package io.github.volltrack.fiji.session;

import io.github.volltrack.core.error.BadSettingsException;
import java.util.ArrayDeque;
import java.util.Deque;

/** The sessions whose TrackMate window a BTrackMate command has opened; TrackMate itself keeps no list of its own. */
public final class OpenSessions {

    private static final Deque<TrackMateSession> SESSIONS = new ArrayDeque<>();

    private OpenSessions() {}

    /**
     * Remembers a session from when its window opens.
     *
     * @param session
     *            the session.
     */
    public static synchronized void add(final TrackMateSession session) {
        SESSIONS.push(session);
    }

    /**
     * Forgets a session when its window closes.
     *
     * @param session
     *            the session.
     */
    public static synchronized void remove(final TrackMateSession session) {
        SESSIONS.remove(session);
    }

    /**
     * Returns the session that was opened last.
     *
     * @return never null.
     * @throws BadSettingsException
     *             if none is open.
     */
    public static synchronized TrackMateSession latest() {
        if (SESSIONS.isEmpty()) {
            throw new BadSettingsException("no TrackMate file is given, and no TrackMate window that BTrackMate opened is "
                    + "open: give a file, or, in a window that TrackMate opened, use its action 'Prune short tracklets'");
        }
        return SESSIONS.peek();
    }
}
