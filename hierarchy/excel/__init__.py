"""轉excel: the workbook of a list and of everything below it."""
