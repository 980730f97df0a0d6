package io.bop.aof.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AcknowledgementsTest {

  @TempDir Path folder;
  private Path file = Path.of("");

  @BeforeEach
  void chooseFile() {
    file = folder.resolve("below").resolve("acknowledged");
  }

  @Test
  void knowsNothingAtFirst() {
    Acknowledgements first = new Acknowledgements(file, "store=a");
    first.destroy();
    assertThat(first.previous()).isEmpty();
    assertThat(file).doesNotExist();
  }

  @Test
  void handsTheHighestNumberOverToTheNextStart() {
    Acknowledgements first = new Acknowledgements(file, "store=a");
    first.acknowledged(7);
    first.acknowledged(1_923_401);
    first.acknowledged(8);
    first.destroy();

    Acknowledgements second = new Acknowledgements(file, "store=a");
    second.destroy();
    assertThat(second.previous()).hasValue(1_923_401);
    assertThat(second.nextOffset()).isEqualTo(1_923_401);
  }

  @Test
  void neverGoesBack() {
    Acknowledgements first = new Acknowledgements(file, "store=a");
    first.acknowledged(100);
    first.destroy();
    Acknowledgements second = new Acknowledgements(file, "store=a");
    second.acknowledged(50);
    second.destroy();

    Acknowledgements third = new Acknowledgements(file, "store=a");
    third.destroy();
    assertThat(third.previous()).hasValue(100);
  }

  @Test
  void provesNothingAboutAnotherStore() {
    Acknowledgements first = new Acknowledgements(file, "store=a");
    first.acknowledged(100);
    first.destroy();

    Acknowledgements other = new Acknowledgements(file, "store=b");
    other.destroy();
    assertThat(other.previous()).isEmpty();
  }

  @Test
  void refusesADamagedFile() throws IOException {
    Files.createDirectories(folder.resolve("below"));
    Files.writeString(file, "store=a\nacknowledged=12x\n");
    assertThatThrownBy(() -> new Acknowledgements(file, "store=a"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(file.toString());
  }
}
