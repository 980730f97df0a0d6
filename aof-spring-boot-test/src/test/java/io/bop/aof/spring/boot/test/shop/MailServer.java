package io.bop.aof.spring.boot.test.shop;

import org.springframework.stereotype.Component;

/** Is not there in a test. */
@Component
class MailServer {

  MailServer() {
    throw new IllegalStateException("no mail server in a test of the store");
  }
}
