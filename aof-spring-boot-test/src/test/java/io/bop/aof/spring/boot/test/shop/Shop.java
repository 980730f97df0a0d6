package io.bop.aof.spring.boot.test.shop;

import org.springframework.boot.autoconfigure.SpringBootApplication;

/** An application that has more than its store. */
@SpringBootApplication
public class Shop {

  /** An order. */
  public record Order(String id, int amount) {}
}
