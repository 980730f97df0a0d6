package io.bop.aof.coordinator;

/** When it pays to bring a whole segment back. Pure. */
final class Hydrations {

  private static final int FEW_FRAMES = 2;
  private static final int SHARE = 4;

  private Hydrations() {}

  /**
   * A reader that goes through a quarter of a segment is likely to want the rest, and whoever reads
   * it next is served locally. Asked after each frame; true once on the way.
   */
  static boolean pays(int framesRead, int frameCount) {
    return framesRead == Math.max(FEW_FRAMES, frameCount / SHARE) && framesRead < frameCount;
  }
}
