package io.github.volltrack.core.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.volltrack.core.error.BadImageException;
import io.github.volltrack.core.error.BadSettingsException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class BufferLabelImageTest {

    @Test
    void smallTypesAreReadAsUnsigned() {
        final ByteBuffer bytes = ByteBuffer.allocateDirect(4).order(ByteOrder.nativeOrder());
        bytes.putShort((short) 65535).putShort((short) 7).flip();
        final int[] row = new int[2];
        new BufferLabelImage(bytes, VoxelType.UINT16, 1, 1, 2).readRow(0, 0, row);
        assertArrayEquals(new int[] {65535, 7}, row);
        final byte[] two = {(byte) 200, 3};
        new BufferLabelImage(ByteBuffer.wrap(two), VoxelType.UINT8, 2, 1, 1).readRow(0, 0, row);
        assertEquals(200, row[0]);
    }

    @Test
    void aBufferOfAnotherSizeIsRefused() {
        final BadImageException found = assertThrows(
                BadImageException.class,
                () -> new BufferLabelImage(ByteBuffer.allocate(10), VoxelType.INT32, 1, 2, 3));
        assertEquals(
                "buffer of 10 bytes for an image of (z, y, x) = (1, 2, 3) INT32 voxels: expected 24 bytes, fewer than "
                        + "2^31; send one time point at a time",
                found.getMessage());
    }

    @Test
    void aFrameThatNoBufferHoldsIsRefused() {
        final BadImageException found = assertThrows(
                BadImageException.class, () -> BufferLabelImage.copyOf(new int[1], 1 << 9, 1 << 10, 1 << 10));
        assertTrue(found.getMessage().contains("at most 536870911 voxels"), found.getMessage());
    }

    @Test
    void anImageWithoutVoxelsIsRefused() {
        assertThrows(
                BadImageException.class,
                () -> new BufferLabelImage(ByteBuffer.allocate(0), VoxelType.UINT8, 0, 2, 3));
    }

    @Test
    void aVoxelWithoutExtentIsRefused() {
        assertThrows(BadSettingsException.class, () -> new VoxelSize(1, 0, 1));
        assertThrows(BadSettingsException.class, () -> new VoxelSize(1, 1, Double.NaN));
    }
}
