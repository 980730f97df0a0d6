package io.bop.aof.spring.boot.test.shop;

import io.bop.aof.spring.boot.test.shop.Shop.Order;
import io.bop.aof.spring.core.AofOperations;
import org.springframework.stereotype.Service;

/** What is tested. */
@Service
class Orders {

  private final AofOperations aof;

  Orders(AofOperations aof) {
    this.aof = aof;
  }

  /** Its offset. */
  long place(Order order) {
    return aof.append("orders", order.id(), order).offset();
  }
}
