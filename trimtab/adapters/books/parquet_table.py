"""Reads one Parquet table with the same columns as the CSV file (extra `parquet`)."""

import io
import warnings
from typing import Never

import numpy as np
import pandas as pd

from trimtab.adapters.books.cells import Cells, RawTable, Wanted, object_array, text_cells
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
        cells={name: _cells(frame[name]) for name in header if name in wanted.names},
        cell_name="{column}[{row}]",
    )


def _cells(column: "pd.Series[Never]") -> Cells:
    """Floats stay numbers (NaN is an empty cell); everything else becomes the text that the CSV file
    would hold.
    """
    if pd.api.types.is_float_dtype(column.dtype):
        return np.asarray(column, dtype=np.float64)
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        text = column.dt.strftime("%Y-%m-%d")
    else:
        text = column.astype(object)
    return text_cells(object_array([str(value) for value in text.where(column.notna(), "")]))
