"""Reads one Parquet table with the same columns as the CSV file (extra `parquet`)."""

import io
import warnings
from typing import Never

import numpy as np
import pandas as pd

from trimtab.adapters.books.cells import Cells, RawTable, TextCells, Wanted, object_array, text_cells
from trimtab.adapters.books.faults import FaultList
from trimtab.domain.errors import Fault


def read_parquet_table(content: bytes, file: str, *, wanted: Wanted, faults: FaultList) -> RawTable | None:
    """Reads a Parquet file; None (and a fault) where it can't be read. pandas loads the engine, and only
    now.
    """
    try:
        with warnings.catch_warnings():
            # pandas would have us use pyarrow, which changes how it keeps text everywhere.
            warnings.simplefilter("ignore", DeprecationWarning)
            frame = pd.read_parquet(io.BytesIO(content), engine="fastparquet")
    except ImportError:
        message = "reading Parquet needs an extra package: pip install 'trimtab[parquet]'"
        faults.add(Fault(file, None, None, message, "missing_extra"))
        return None
    except Exception as error:  # noqa: BLE001 - broken bytes lead the engine to any of them
        message = f"the file can't be read as Parquet: {type(error).__name__}"
        faults.add(Fault(file, None, None, message, "not_parquet"))
        return None
    header = tuple(str(name).strip() for name in frame.columns)
    frame.columns = pd.Index(header)
    return RawTable(
        file=file,
        header=header,
        row_count=len(frame),
        cells={
            name: _cells(frame[name], numeric=name in wanted.numeric or name in wanted.sparse)
            for name in header
            if name in wanted.names
        },
        cell_name="{column}[{row}]",
    )


def _cells(column: "pd.Series[Never]", *, numeric: bool) -> Cells:
    """Floats, and whole numbers where numbers are wanted, stay numbers (NaN is an empty cell); everything else
    becomes the text that the CSV file would hold.
    """
    kind = pd.api.types
    if kind.is_float_dtype(column.dtype) or (numeric and kind.is_integer_dtype(column.dtype)):
        return column.to_numpy(dtype=np.float64, na_value=np.nan)
    if kind.is_datetime64_any_dtype(column.dtype):
        return _day_cells(column)
    return text_cells(object_array([str(value) for value in column.astype(object).where(column.notna(), "")]))


def _day_cells(column: "pd.Series[Never]") -> TextCells:
    """Days as text, each different one looked at once; a time of day or a time zone is shown, never dropped."""
    codes, moments = pd.factorize(column)
    days = pd.DatetimeIndex(moments)
    plain = days.tz is None and (days == days.normalize()).all()
    texts = days.strftime("%Y-%m-%d") if plain else [moment.isoformat() for moment in days]
    return TextCells(codes.astype(np.int64), (*texts, ""))
