/*
 * BTrackMate: TrackMate plug-ins and Fiji commands of VollTrack.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
package io.github.volltrack.fiji.track;

import fiji.plugin.trackmate.Logger;
import fiji.plugin.trackmate.Spot;
import fiji.plugin.trackmate.SpotCollection;
import fiji.plugin.trackmate.tracking.SpotTracker;
import fiji.plugin.trackmate.tracking.jaqaman.SparseLAPTracker;
import io.github.volltrack.core.error.VollTrackException;
import io.github.volltrack.core.prune.PruneSettings;
import io.github.volltrack.core.prune.Pruning;
import java.util.Map;
import org.jgrapht.graph.DefaultWeightedEdge;
import org.jgrapht.graph.SimpleWeightedGraph;
import org.scijava.Cancelable;

/** TrackMate's sparse LAP tracker, then the pruner. */
final class PruningTracker implements SpotTracker, Cancelable {

    private final SparseLAPTracker linker;
    private final Map<String, Object> settings;
    private Logger logger = Logger.VOID_LOGGER;
    private SimpleWeightedGraph<Spot, DefaultWeightedEdge> graph;
    private String errorMessage;
    private int removedTracklets;

    /**
     * Makes a tracker.
     *
     * @param spots
     *            the spots.
     * @param linking
     *            settings of TrackMate's tracker only.
     * @param settings
     *            settings of pruning.
     */
    PruningTracker(final SpotCollection spots, final Map<String, Object> linking, final Map<String, Object> settings) {
        this.linker = new SparseLAPTracker(spots, linking);
        this.settings = settings;
    }

    @Override
    public boolean checkInput() {
        return linker.checkInput();
    }

    @Override
    public boolean process() {
        if (!linker.process()) {
            errorMessage = linker.getErrorMessage();
            return false;
        }
        graph = linker.getResult();
        try {
            prune(PruneKeys.of(settings));
            return true;
        } catch (final VollTrackException exception) {
            errorMessage = PruningTrackerFactory.NAME + ": " + exception.getMessage();
            return false;
        }
    }

    private void prune(final PruneSettings rules) {
        final LinkTable links = LinkTable.of(graph);
        final Pruning pruning = links.prune(rules);
        final int[] removalOfLink = pruning.removalOfLink();
        for (int link = 0; link < removalOfLink.length; link++) {
            if (removalOfLink[link] >= 0) {
                graph.removeEdge(links.edges().get(link));
                removeIfAlone(links.source(link));
                removeIfAlone(links.target(link));
            }
        }
        removedTracklets = pruning.removals().size();
        logger.log("Short tracklets removed: " + removedTracklets + "; their spots stay, unlinked.\n");
    }

    int removedTracklets() {
        return removedTracklets;
    }

    /** A graph of TrackMate's trackers holds linked spots only. */
    private void removeIfAlone(final Spot spot) {
        if (graph.containsVertex(spot) && graph.degreeOf(spot) == 0) {
            graph.removeVertex(spot);
        }
    }

    @Override
    public SimpleWeightedGraph<Spot, DefaultWeightedEdge> getResult() {
        return graph;
    }

    @Override
    public String getErrorMessage() {
        return errorMessage;
    }

    @Override
    public void setLogger(final Logger logger) {
        this.logger = logger;
        linker.setLogger(logger);
    }

    @Override
    public void setNumThreads() {
        linker.setNumThreads();
    }

    @Override
    public void setNumThreads(final int numThreads) {
        linker.setNumThreads(numThreads);
    }

    @Override
    public int getNumThreads() {
        return linker.getNumThreads();
    }

    @Override
    public boolean isCanceled() {
        return linker.isCanceled();
    }

    @Override
    public void cancel(final String reason) {
        linker.cancel(reason);
    }

    @Override
    public String getCancelReason() {
        return linker.getCancelReason();
    }
}
