/*
 * log.h - one line on stderr per event; stdout belongs to the protocol. The
 * level is the only mutable global of the program, set once in main. Never
 * give it a parameter, a result, a name or a path: words and numbers only.
 */
#ifndef INGAM_BASE_LOG_H
#define INGAM_BASE_LOG_H

enum log_level { LOG_SILENT, LOG_ERROR, LOG_DEBUG };

void log_set_level(enum log_level level);
__attribute__((format(printf, 2, 3))) void log_line(
    enum log_level level, const char *format, ...);

#endif
