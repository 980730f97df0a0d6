package io.bop.aof.tier1;

import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.CompressionProfile;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CompressionProfilesTest {

  private static final int MEBIBYTE = 1 << 20;

  @ParameterizedTest
  @EnumSource(CompressionProfile.class)
  void everyProfileHasASettingAndAWorkerForAllConfigurations(CompressionProfile profile) {
    for (int frameSize = 16 * 1024; frameSize <= 8 * MEBIBYTE; frameSize *= 2) {
      assertThat(CompressionProfiles.setting(profile, frameSize).frameSize())
          .isBetween(frameSize, 8 * MEBIBYTE);
    }
    for (int workers = 1; workers <= 64; workers++) {
      assertThat(CompressionProfiles.workers(profile, workers)).isBetween(1, workers);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = CompressionProfile.class,
      names = {"ARCHIVE"},
      mode = EnumSource.Mode.EXCLUDE)
  void onlyArchiveChangesTheFrameSize(CompressionProfile profile) {
    assertThat(CompressionProfiles.setting(profile, MEBIBYTE).frameSize()).isEqualTo(MEBIBYTE);
  }
}
