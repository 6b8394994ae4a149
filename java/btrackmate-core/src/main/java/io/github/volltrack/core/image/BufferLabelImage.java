package io.github.volltrack.core.image;

import io.github.volltrack.core.error.BadImageException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Labels in a byte buffer, x fastest, then y, then z; direct buffers are shared with their owner, not copied. */
public final class BufferLabelImage implements LabelImage {

    /** Labels of 4 bytes that one buffer holds. */
    private static final int MAX_COPIED = Integer.MAX_VALUE / Integer.BYTES;

    private final ByteBuffer voxels;
    private final VoxelType type;
    private final int sizeZ;
    private final int sizeY;
    private final int sizeX;

    /**
     * Wraps a buffer; its position and byte order stay as they are.
     *
     * @param voxels
     *            exactly {@code sizeZ * sizeY * sizeX} voxels in the byte order of the machine.
     * @param type
     *            how a voxel is stored.
     * @param sizeZ
     *            planes, at least 1.
     * @param sizeY
     *            rows of a plane, at least 1.
     * @param sizeX
     *            voxels of a row, at least 1.
     * @throws BadImageException
     *             if the buffer holds another number of bytes.
     */
    public BufferLabelImage(
            final ByteBuffer voxels, final VoxelType type, final int sizeZ, final int sizeY, final int sizeX) {
        final String size = "(z, y, x) = (" + sizeZ + ", " + sizeY + ", " + sizeX + ")";
        if (sizeZ < 1 || sizeY < 1 || sizeX < 1) {
            throw new BadImageException("image of " + size + " voxels: expected at least 1 along each axis");
        }
        final double expected = (double) sizeZ * sizeY * sizeX * type.nBytes();
        if (voxels.remaining() != expected) {
            throw new BadImageException("buffer of " + voxels.remaining() + " bytes for an image of " + size + " "
                    + type + " voxels: expected " + String.format("%.0f", expected)
                    + " bytes, fewer than 2^31; send one time point at a time");
        }
        this.voxels = voxels.slice().order(ByteOrder.nativeOrder());
        this.type = type;
        this.sizeZ = sizeZ;
        this.sizeY = sizeY;
        this.sizeX = sizeX;
    }

    /**
     * Copies labels into a new image.
     *
     * @param labels
     *            {@code sizeZ * sizeY * sizeX} labels, x fastest.
     * @param sizeZ
     *            planes.
     * @param sizeY
     *            rows of a plane.
     * @param sizeX
     *            voxels of a row.
     * @return the image.
     * @throws BadImageException
     *             if there are more than 2^29 - 1 of them, which no buffer holds, or another number than the sizes say.
     */
    public static BufferLabelImage copyOf(final int[] labels, final int sizeZ, final int sizeY, final int sizeX) {
        final double nVoxels = (double) sizeZ * sizeY * sizeX;
        if (nVoxels > MAX_COPIED) {
            throw new BadImageException("image of (z, y, x) = (" + sizeZ + ", " + sizeY + ", " + sizeX + ") voxels: "
                    + "expected at most " + MAX_COPIED + " voxels in a frame; crop or bin the movie");
        }
        final ByteBuffer voxels = ByteBuffer.allocate(4 * labels.length).order(ByteOrder.nativeOrder());
        voxels.asIntBuffer().put(labels);
        return new BufferLabelImage(voxels, VoxelType.INT32, sizeZ, sizeY, sizeX);
    }

    @Override
    public int sizeZ() {
        return sizeZ;
    }

    @Override
    public int sizeY() {
        return sizeY;
    }

    @Override
    public int sizeX() {
        return sizeX;
    }

    @Override
    public void readRow(final int z, final int y, final int[] row) {
        type.readRow(voxels, (z * sizeY + y) * sizeX, sizeX, row);
    }
}
