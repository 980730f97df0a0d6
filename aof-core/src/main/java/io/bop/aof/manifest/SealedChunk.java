package io.bop.aof.manifest;

import java.nio.file.Path;

/**
 * A manifest chunk whose bytes never change any more.
 *
 * @param index its place in the chain
 * @param epoch in its header
 * @param baseOrdinal records in all earlier chunks
 * @param records in it, its seal included
 * @param length of the file in bytes
 * @param sealCrc CRC32C of the bytes before the seal, as the seal says
 * @param fileCrc CRC32C of the whole file
 * @param path of the file
 * @param newsForTier2 whether it holds an {@code UploadDone} or the intent of a delete
 */
public record SealedChunk(
    long index,
    long epoch,
    long baseOrdinal,
    long records,
    long length,
    int sealCrc,
    int fileCrc,
    Path path,
    boolean newsForTier2) {}
