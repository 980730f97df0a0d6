package io.bop.aof.sample.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.StorageFullException;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;

class ProblemsTest {

  @Test
  void answersAFullDiskWithItsFactsAndWhenToComeBack() {
    ResponseEntity<ProblemDetail> answer =
        new Problems().storageFull(new StorageFullException("/data/tier0", 12_000, 9_000, null));
    assertThat(answer.getStatusCode()).isEqualTo(HttpStatus.INSUFFICIENT_STORAGE);
    assertThat(answer.getHeaders().getFirst(HttpHeaders.RETRY_AFTER)).isEqualTo("5");
    ProblemDetail problem = answer.getBody();
    assertThat(problem).isNotNull();
    assertThat(problem.getTitle()).isEqualTo("Disk full");
    assertThat(problem.getDetail())
        .startsWith("storage full: path=/data/tier0 needed=12000 free=9000 action=");
    assertThat(problem.getProperties())
        .containsEntry("path", "/data/tier0")
        .containsEntry("neededBytes", 12_000L)
        .containsEntry("freeBytes", 9_000L);
  }
}
