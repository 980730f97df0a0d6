package io.bop.aof.spring.boot.autoconfigure;

import io.bop.aof.AofStore;
import io.bop.aof.spring.core.AofRecordConverter;
import io.bop.aof.spring.core.DefaultAofRecordConverter;
import io.bop.aof.spring.core.JacksonAofRecordConverter;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import tools.jackson.databind.json.JsonMapper;

/**
 * Objects as JSON, by the application's {@link JsonMapper}; by one with every module on the class
 * path when the application has none, or several and none of them primary.
 */
@AutoConfiguration(
    before = AofAutoConfiguration.class,
    afterName = "org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration")
@ConditionalOnClass({AofStore.class, JsonMapper.class})
@ConditionalOnBooleanProperty(name = "aof.enabled", matchIfMissing = true)
public final class AofJacksonAutoConfiguration {

  AofJacksonAutoConfiguration() {}

  @Bean
  @ConditionalOnMissingBean(AofRecordConverter.class)
  DefaultAofRecordConverter aofRecordConverter(ObjectProvider<JsonMapper> mappers) {
    JsonMapper mapper = mappers.getIfUnique(() -> JsonMapper.builder().findAndAddModules().build());
    return new DefaultAofRecordConverter(new JacksonAofRecordConverter(mapper));
  }
}
